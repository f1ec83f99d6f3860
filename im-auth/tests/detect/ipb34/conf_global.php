<?php
$INFO['sql_driver'] = 'mysql';
$INFO['sql_host'] = 'localhost';
$INFO['sql_database'] = 'forum34';
$INFO['sql_user'] = 'warden';
$INFO['sql_pass'] = 'keys-and-locks';
$INFO['sql_tbl_prefix'] = 'ibf_';
$INFO['board_start'] = '1262304000';
