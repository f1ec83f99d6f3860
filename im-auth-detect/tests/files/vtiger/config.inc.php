<?php
$dbconfig['db_server'] = 'localhost';
$dbconfig['db_port'] = ':3306';
$dbconfig['db_username'] = 'tiger';
$dbconfig['db_password'] = 'amber-eye';
$dbconfig['db_name'] = 'jungle';
$dbconfig['db_type'] = 'mysqli';
$dbconfig['db_hostname'] = $dbconfig['db_server'].$dbconfig['db_port'];
$host_name = $dbconfig['db_hostname'];
