<?php
$config = [
  "db_host" => "localhost",
  "db_port" => 3306,
  "db_name" => "office",
  "db_user" => "desk",
  "db_pass" => "stapler",
  "file_storage_path" => "/home/groupoffice/",
];
