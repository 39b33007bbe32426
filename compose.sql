-- The database of compose.yaml: a role with the settings of rule DB-2, and its database.
CREATE ROLE shop LOGIN PASSWORD 'development';
ALTER ROLE shop SET TimeZone = 'UTC';
ALTER ROLE shop SET lock_timeout = '5s';
ALTER ROLE shop SET statement_timeout = '15s';
ALTER ROLE shop SET idle_in_transaction_session_timeout = '30s';
CREATE DATABASE shop OWNER shop TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
