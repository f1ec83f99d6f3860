<?php
global $ZConfig;
$ZConfig = array();
$ZConfig['System']['installed'] = 1;
$ZConfig['DBInfo']['databases']['default']['host'] = 'localhost';
$ZConfig['DBInfo']['databases']['default']['user'] = 'zik';
$ZConfig['DBInfo']['databases']['default']['password'] = 'baobab';
$ZConfig['DBInfo']['databases']['default']['dbname'] = 'zebra';
$ZConfig['DBInfo']['databases']['default']['dbdriver'] = 'mysql';
