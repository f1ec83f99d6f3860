<?php
class JConfig {
	public $offline = false;
	public $dbtype = 'mysqli';
	public $host = 'db.joom.example';
	public $user = 'joom';
	public $password = 'lantern-4411';
	public $db = 'joom_site';
	public $dbprefix = 'q7k2_';
	public $secret = 'Zr3vexample';
}
