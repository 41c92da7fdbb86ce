/**
 * Keeps what callers are known by in a database that several proxies share: H2 embedded, or PostgreSQL.
 *
 * <ol>
 *   <li>A change that was acknowledged is committed.
 *   <li>Other processes know of it within the time of {@link io.inferenceproxy.auth.WatchedStore}, as long as the database
 *       can be reached; while it cannot, what is remembered goes on for {@link io.inferenceproxy.jdbc.Revisions#OUTAGE} and
 *       nothing new is let in.
 *   <li>The tables are made and brought up to date when the database is opened, by one process at a time.
 * </ol>
 *
 * Start with {@link io.inferenceproxy.jdbc.Database}.
 */
@NullMarked
package io.inferenceproxy.jdbc;

import org.jspecify.annotations.NullMarked;
