"""What the README quotes is printed here, beside the raw limit of the same run."""
