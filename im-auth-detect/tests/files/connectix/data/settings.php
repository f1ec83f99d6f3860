<?php
$this->host = 'localhost';
$this->user = 'link';
$this->password = 'chain';
$this->database = 'board';
$this->prefix = 'cb_';
