<?php
$dbHost = 'localhost';
$dbPort = 3306;
$dbUser = 'suite';
$dbPassword = 'burn-in';
$dbName = 'wcf';
if (!defined('WCF_N')) define('WCF_N', 1);
