"""Asynchronous request-response: replies that must find whoever asked."""
