"""What members see: one module a feature, a request in, a reply out, plain synchronous code."""
