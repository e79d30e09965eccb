"""What the outside may rely on, each as a text that is kept beside the tests: whatever moves inside, these stay."""
