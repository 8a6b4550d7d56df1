"""Tests of the AI service, with a server beside them that speaks the protocol of models."""
