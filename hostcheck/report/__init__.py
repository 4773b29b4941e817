"""A comparison as one self-contained HTML file: frames by pandas, plots by matplotlib, the page by jinja2."""
