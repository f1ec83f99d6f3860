<?php
if (!defined('DC_RC_PATH')) { return; }
define('DC_DBDRIVER','mysqli');
define('DC_DBHOST','localhost');
define('DC_DBUSER','dot');
define('DC_DBPASSWORD','clear-water');
define('DC_DBNAME','carnet');
define('DC_DBPREFIX','dc_');
define('DC_MASTER_KEY','00112233445566778899aabbccddeeff');
define('DC_CRYPT_ALGO','sha1');
