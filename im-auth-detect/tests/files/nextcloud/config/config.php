<?php
$CONFIG = array (
  'instanceid' => 'oc0invented',
  'passwordsalt' => 'pepper-and-salt',
  'trusted_domains' => array (0 => 'cloud.example'),
  'datadirectory' => '/srv/cloud/data',
  'dbtype' => 'pgsql',
  'dbname' => 'cumulus',
  'dbhost' => '/var/run/postgresql',
  'dbport' => '',
  'dbtableprefix' => 'oc_',
  'dbuser' => 'nimbus',
  'dbpassword' => 'stratus',
);
