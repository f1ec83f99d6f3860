//! Reads the database of somebody else: SELECT only, bounded, on MySQL, MariaDB and SQLite
