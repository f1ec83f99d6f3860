<?php
$txpcfg['db'] = 'patterns';
$txpcfg['user'] = 'weaver';
$txpcfg['pass'] = 'warp/weft';
$txpcfg['host'] = 'localhost';
$txpcfg['table_prefix'] = 'tx_';
$txpcfg['txpath'] = '/srv/textpattern';
$txpcfg['dbcharset'] = 'utf8mb4';
?>
