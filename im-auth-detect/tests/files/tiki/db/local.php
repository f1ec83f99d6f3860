<?php
$db_tiki='mysqli';
$dbversion_tiki='24.0';
$host_tiki='localhost';
$user_tiki='lagoon';
$pass_tiki='coral';
$dbs_tiki='island';
$client_charset='utf8mb4';
