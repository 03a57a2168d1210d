"""The pages: rendered here, working without JavaScript, each noun in a module of its own."""
