<?php
class JConfig {
	public $offline = false;
	public $dbtype = 'mysqli';
	public $host = 'localhost';
	public $user = 'drummer';
	public $password = 'snare-tom';
	public $db = 'drums';
	public $dbprefix = 'dr1_';
	public $secret = 'Xy7example';
}
