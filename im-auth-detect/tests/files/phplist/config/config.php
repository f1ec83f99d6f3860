<?php
$database_host = 'localhost';
$database_name = 'newsletters';
$database_user = 'postman';
$database_password = 'stamp';
$table_prefix = 'phplist_';
define('HASH_ALGO', 'sha256');
