<?php
$dbHost = 'localhost';
$dbPort = 3306;
$dbUser = 'suite21';
$dbPassword = 'old-burn-in';
$dbName = 'wcf21';
if (!defined('WCF_N')) define('WCF_N', 1);
