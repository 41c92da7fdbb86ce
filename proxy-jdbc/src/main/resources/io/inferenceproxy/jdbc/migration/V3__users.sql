-- Those who may sign in. The key is the name in hexadecimal UTF-8: its order is the same with every collation.
create table ipx_user (
  name_key varchar(2048) not null primary key,
  name varchar(512) not null,
  password varchar(1000) not null,
  roles varchar(100000) not null,
  enabled boolean not null,
  admin boolean not null
);

create index ipx_user_enabled on ipx_user (enabled);
create index ipx_user_admin on ipx_user (admin);

insert into ipx_revision (name, revision) values ('users', 0);
