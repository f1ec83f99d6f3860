<?php  // Settings of the school.
unset($CFG);
global $CFG;
$CFG = new stdClass();
$CFG->dbtype    = 'pgsql';
$CFG->dblibrary = 'native';
$CFG->dbhost    = 'pg.school.example';
$CFG->dbname    = 'school';
$CFG->dbuser    = 'teacher';
$CFG->dbpass    = 'chalk-dust';
$CFG->prefix    = 'mdl_';
$CFG->dboptions = array (
  'dbpersist' => 0,
  'dbport' => 5433,
  'dbsocket' => '',
);
$CFG->passwordsaltmain = 'old-school-salt';
$CFG->dataroot  = '/srv/moodledata';
require_once(__DIR__ . '/lib/setup.php');
