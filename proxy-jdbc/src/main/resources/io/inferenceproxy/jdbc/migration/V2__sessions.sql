-- Those who have signed in. Times are nanoseconds since 1970.
create table ipx_session (
  id varchar(64) not null primary key,
  user_name varchar(512) not null,
  root varchar(64) not null,
  turn varchar(64) not null,
  created bigint not null,
  expiry bigint not null,
  tokens_end bigint not null
);

create index ipx_session_user on ipx_session (user_name, created);

-- What was revoked: a session or a token until it would have ended anyhow, a user's or everybody's from before a moment.
create table ipx_revocation (
  kind varchar(8) not null,
  name varchar(512) not null,
  moment bigint not null,
  primary key (kind, name)
);

insert into ipx_revision (name, revision) values ('sessions', 0);
