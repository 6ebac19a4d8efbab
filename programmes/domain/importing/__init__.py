"""What the rows of a spreadsheet mean: referrals and attendance, read without a database."""
