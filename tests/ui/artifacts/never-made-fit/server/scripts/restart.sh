echo restart
