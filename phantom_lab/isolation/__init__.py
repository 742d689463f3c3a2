"""What keeps playbook code within its run: guards, limits of time, room on the stack, folders of its own."""
