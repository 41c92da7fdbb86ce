-- API keys. The record is JSON, without the secret.
create table ipx_key (
  id varchar(64) not null primary key,
  record varchar(100000) not null,
  last_used_millis bigint
);

-- Counts the changes of each kind of thing, so that every process learns that what it remembers may be old.
create table ipx_revision (
  name varchar(32) not null primary key,
  revision bigint not null
);

insert into ipx_revision (name, revision) values ('keys', 0);
