<?php
	$INCLUDE		= '/srv/fud/include/';
	$DBHOST			= 'localhost';
	$DBHOST_USER		= 'fudd';
	$DBHOST_PASSWORD	= 'hunter-cap';
	$DBHOST_DBNAME		= 'fud';
	$DBHOST_TBL_PREFIX	= 'fud30_';
	$DBHOST_DBTYPE		= 'mysqli';
