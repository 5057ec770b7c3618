"""The addresses under which people are: one blueprint for the several files of pages."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)
