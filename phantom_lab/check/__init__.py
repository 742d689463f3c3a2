"""What is told of playbooks without running them."""
