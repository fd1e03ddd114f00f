"""What tests lean on: databases, a mail server, a web server and a browser, each started only when asked for."""
