"""Tests of datapaths, operators and templates, on their own."""
