<?php
if (!defined('IN_CODE')) { header('HTTP/1.0 403 Forbidden'); exit("Not allowed"); }
$dbname   = 'xmbdata';
$dbuser   = 'extreme';
$dbpw     = 'message';
$dbhost   = 'localhost';
$database = 'mysql';
$pconnect = 0;
$tablepre = 'xmb_';
