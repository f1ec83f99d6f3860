<?php
$mosConfig_host = 'localhost';
$mosConfig_user = 'mambo_u';
$mosConfig_password = 'mamba-green';
$mosConfig_db = 'mambo_db';
$mosConfig_dbprefix = 'mos_';
setlocale (LC_TIME, $mosConfig_locale);
?>
