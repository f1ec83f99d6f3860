<?php

$db_type = 'mysqli';
$db_host = 'localhost';
$db_name = 'pun';
$db_username = 'punster';
$db_password = 'groan';
$db_prefix = 'pun_';
$p_connect = false;
$cookie_name = 'forum_cookie';
$cookie_seed = 'invented';

define('FORUM', 1);
