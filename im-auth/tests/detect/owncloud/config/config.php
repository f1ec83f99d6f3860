<?php
$CONFIG = array (
  'instanceid' => 'ocabc',
  'passwordsalt' => 'pepper-mill',
  'trusted_domains' => 
  array (
    0 => 'cloud.example',
  ),
  'dbtype' => 'mysql',
  'version' => '10.13.0.4',
  'dbname' => 'attic',
  'dbhost' => 'localhost',
  'dbtableprefix' => 'oc_',
  'dbuser' => 'keeper',
  'dbpassword' => 'trunk',
  'installed' => true,
);
