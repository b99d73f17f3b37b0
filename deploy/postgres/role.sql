-- Run once, by the image of PostgreSQL, on an empty volume: the bots' role and its database.
-- It may do what it likes there, for the server makes its schema and brings it up to date by itself, and nothing elsewhere.
\set ON_ERROR_STOP on
\set password `cat /run/secrets/inbox_password`
CREATE ROLE line_bot LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE line_bot OWNER line_bot;
REVOKE ALL ON DATABASE line_bot FROM PUBLIC;
