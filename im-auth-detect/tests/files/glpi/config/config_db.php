<?php
class DB extends DBmysql {
   public $dbhost = 'localhost';
   public $dbuser = 'helpdesk';
   public $dbpassword = 'cable%20tie%26zip';
   public $dbdefault = 'assets';
   public $use_utf8mb4 = true;
}
