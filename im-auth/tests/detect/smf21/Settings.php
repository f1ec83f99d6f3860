<?php
$maintenance = 0;
$mbname = 'Workshop';
$db_type = 'mysql';
$db_port = 0;
$db_server = 'localhost';
$db_name = 'workshop21';
$db_user = 'joiner';
$db_passwd = 'dovetail-9';
$db_prefix = 'smf_';
$db_mb4 = true;
