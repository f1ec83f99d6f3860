<?php
global $CONFIG;
if (!isset($CONFIG)) {
	$CONFIG = new \stdClass;
}
$CONFIG->dbuser = 'circle';
$CONFIG->dbpass = 'round-table';
$CONFIG->dbname = 'friends';
$CONFIG->dbhost = 'localhost';
$CONFIG->dbport = '3306';
$CONFIG->dbprefix = 'elgg_';
