"""uconf's pages; one module for each kind of reader."""
