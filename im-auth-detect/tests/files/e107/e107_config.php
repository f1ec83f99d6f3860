<?php
return [
  'database' => ['server' => 'localhost', 'user' => 'seven', 'password' => 'one-o-seven', 'db' => 'e_site', 'prefix' => 'e107_'],
  'paths' => ['admin' => 'e107_admin/'],
];
