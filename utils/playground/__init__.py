"""The neural network playground of lesson 07: an engine without a widget, and widgets that show it."""
