<?php
$wgSitename = "Lichen";
$wgDBtype = "sqlite";
$wgDBserver = "";
$wgDBname = "lichen";
$wgDBuser = "";
$wgDBpassword = "";
$wgSQLiteDataDir = "/srv/wiki/data/";
$wgObjectCaches[CACHE_DB] = [
	'class' => SqlBagOStuff::class,
	'server' => [ 'type' => 'sqlite', 'dbname' => 'wikicache', 'dbDirectory' => $wgSQLiteDataDir ],
];
