"""What a user asks for: gradients, further derivatives, solutions, an author's lines and networks of any depth."""
