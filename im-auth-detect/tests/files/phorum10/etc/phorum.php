<?php
return array('db_name' => 'phorum', 'db_prefix' => 'ph10');
