"""The verifier finds what was touched in a bundle, without any code of the app's."""
