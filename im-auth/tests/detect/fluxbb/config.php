<?php
$db_type = 'mysqli';
$db_host = 'localhost';
$db_name = 'flux';
$db_username = 'fluxer';
$db_password = 'capacitor';
$db_prefix = 'fx_';
$p_connect = false;
$cookie_name = 'pun_cookie_1a2b3c';
define('PUN', 1);
