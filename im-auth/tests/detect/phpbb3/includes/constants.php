<?php
if (!defined('IN_PHPBB')) { exit; }
@define('PHPBB_VERSION', '3.3.11');
define('USER_NORMAL', 0);
