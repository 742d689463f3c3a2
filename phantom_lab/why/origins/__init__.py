"""Where the values that a playbook hands over came from: said only where the source shows that they flowed."""
