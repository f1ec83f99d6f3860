<?php
$config['database']['type'] = 'mysqli';
$config['database']['database'] = 'hive';
$config['database']['table_prefix'] = 'mybb_';
$config['database']['hostname'] = 'localhost';
$config['database']['username'] = 'bee';
$config['database']['password'] = 'honey"comb';
$config['database']['encoding'] = 'utf8mb4';
$config['admin_dir'] = 'admin';
